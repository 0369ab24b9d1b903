/**
 * Idempotent producers (protocol §5.2.1): the decisions of both sides about epochs and sequence numbers, without I/O.
 *
 * <p>The table lists the transitions of a {@link io.durablestreams.protocol.producer.ProducerLane}. Two rules apply to
 * all of them:
 * <ul>
 *   <li>A batch with an unknown outcome is acknowledged if a later batch of its epoch is acknowledged, regardless of
 *       its own response.
 *   <li>A renumbering waits until no batch is in flight.
 * </ul>
 *
 * <table>
 * <caption>Transitions of a lane</caption>
 * <tr><th>event</th><th>its batch</th><th>the lane</th></tr>
 * <tr><td>offer</td><td>is sent when the window has room; fails if the lane has stopped</td><td></td></tr>
 * <tr><td>stored (200)</td><td>acknowledged</td><td>confirms the epoch; several batches may be in flight</td></tr>
 * <tr><td>duplicate (204), an earlier attempt may be stored and the epoch is the lane's own, or replays are
 *     accepted</td><td>acknowledged</td><td>as stored</td></tr>
 * <tr><td>duplicate of the first number of the epoch, under which another batch was given up or split</td>
 *     <td>is sent again</td><td>renumbers; under the next epoch if this batch may be the stored one</td></tr>
 * <tr><td>any other duplicate</td><td>is sent again or fails</td><td>claims the next epoch or stops: fenced</td></tr>
 * <tr><td>gap (409), the missing batch is outstanding</td><td>is sent again after that, under its number</td>
 *     <td></td></tr>
 * <tr><td>gap, the missing batch was given up</td><td>is sent again</td><td>renumbers under the next epoch</td></tr>
 * <tr><td>gap, the missing batch was acknowledged, or no earlier batch is missing</td><td>is sent again or fails</td>
 *     <td>claims the next epoch or stops: lost state</td></tr>
 * <tr><td>fenced (403)</td><td>is sent again or fails</td>
 *     <td>claims the epoch after that of the response, or stops</td></tr>
 * <tr><td>closed (409)</td><td>fails</td><td>stops</td></tr>
 * <tr><td>rejected (400 and others)</td><td>fails</td>
 *     <td>renumbers later batches; keeps the number taken if the batch may be stored. A second consecutive rejection
 *     counts as lost state, if an epoch is claimed in that case</td></tr>
 * <tr><td>too large (413)</td><td>is split</td>
 *     <td>renumbers; under the next epoch if the whole batch may be stored</td></tr>
 * <tr><td>unknown outcome</td><td>is sent again after a delay, under its number</td><td></td></tr>
 * <tr><td>deadline, not in flight</td><td>fails</td>
 *     <td>renumbers later batches; keeps the number taken if the batch may be stored</td></tr>
 * <tr><td>restart, without outstanding batches</td><td></td><td>begins the next epoch, if the current one is confirmed
 *     and no batch will be offered again under its number</td></tr>
 * <tr><td>stop</td><td>all batches that are not in flight fail</td><td>remains stopped</td></tr>
 * </table>
 *
 * <p>Rules of the numbers: a batch gets its number at its first attempt and keeps the number for all retries.
 * <ul>
 *   <li>A number is free if it is certainly not stored, because its batch was rejected or never reached the server.
 *       When all earlier batches are settled and no batch is in flight, the later batches are renumbered. They are
 *       renumbered under the next epoch if an attempt of one of them may still arrive under its old number.
 *   <li>A number that is given up with an unknown outcome stays taken. If the server reports the number as missing, the
 *       remaining batches continue under the next epoch, which fences off attempts that may still arrive.
 *   <li>In an unconfirmed epoch, only the first number can have been sent. It is used again until the server has it.
 *   <li>A lane raises its epoch only if the epoch is confirmed, and by one. Except: a lane that is fenced and claims
 *       continues after the epoch of the other incarnation. A lane therefore never overtakes a newer incarnation.
 *   <li>A duplicate proves that a batch is stored only if the batch was sent before, in an epoch that no other writer
 *       can use. If fences are claimed, two incarnations may have claimed the same epoch. The first append of only one
 *       of them is acknowledged as new.
 * </ul>
 *
 * <p>Limits of the protocol:
 * <ul>
 *   <li>If an intermediary repeats a request on its own, the second copy looks like the append of another writer. If
 *       the copy is sent after the response, the append may be stored twice.
 *   <li>A server that has lost the state of the producer does not recognise late attempts.
 *   <li>Incarnations that share an epoch without claiming may mistake each other's first append for their own if the
 *       response was lost. A lane raises its epoch on its own, so an incarnation that takes over should skip one epoch.
 * </ul>
 */
@NullMarked
package io.durablestreams.protocol.producer;

import org.jspecify.annotations.NullMarked;
