/**
 * Idempotent producers (protocol §5.2.1): what both sides decide about epochs and sequence numbers, without any I/O.
 *
 * <p>The transitions of a {@link io.durablestreams.protocol.producer.ProducerLane}. Whatever the answer is, a batch whose
 * outcome was unknown is acknowledged if a later one of its epoch is. "Numbered anew" is always when nothing is in flight.
 *
 * <table>
 * <caption>What happens, and what follows</caption>
 * <tr><th>event</th><th>its batch</th><th>the lane</th></tr>
 * <tr><td>offer</td><td>goes out when there is room; fails if the lane has stopped</td><td></td></tr>
 * <tr><td>stored (200)</td><td>acknowledged</td><td>the epoch is confirmed, and several may be in flight</td></tr>
 * <tr><td>duplicate (204), sent before, in an epoch of its own</td><td>acknowledged</td><td>as stored</td></tr>
 * <tr><td>duplicate of the first number of the epoch, under which another batch was given up or split</td>
 *     <td>goes out again</td><td>numbers anew; under the next epoch if this batch may be what is stored</td></tr>
 * <tr><td>duplicate, any other</td><td>goes out again, or fails</td><td>claims the next epoch, or stops: fenced</td></tr>
 * <tr><td>gap (409), a missing batch is outstanding</td><td>goes out again behind that, under its number</td>
 *     <td></td></tr>
 * <tr><td>gap, a missing batch was given up</td><td>goes out again</td><td>numbers anew under the next epoch</td></tr>
 * <tr><td>gap, what is missing was acknowledged</td><td>goes out again, or fails</td>
 *     <td>claims the next epoch, or stops: lost state</td></tr>
 * <tr><td>fenced (403)</td><td>goes out again, or fails</td><td>claims the epoch after that of the answer, or stops</td></tr>
 * <tr><td>closed (409)</td><td>fails</td><td>stops</td></tr>
 * <tr><td>rejected (400 and others)</td><td>fails</td>
 *     <td>numbers anew what is behind; if the batch may be stored nevertheless, its number stays taken. The second one in a
 *     row is lost state, if that is claimed</td></tr>
 * <tr><td>too large (413)</td><td>is split</td>
 *     <td>numbers anew; under the next epoch if the whole may be stored nevertheless</td></tr>
 * <tr><td>unknown outcome</td><td>goes out again after a wait, under its number</td><td></td></tr>
 * <tr><td>deadline, not in flight</td><td>fails</td><td>as rejected</td></tr>
 * <tr><td>restart, with nothing outstanding</td><td></td><td>goes on under the next epoch, if this one is confirmed
 *     and no batch is to be offered again under its number</td></tr>
 * <tr><td>a stop</td><td>all that are not in flight fail</td><td>remains stopped</td></tr>
 * </table>
 */
@NullMarked
package io.durablestreams.protocol.producer;

import org.jspecify.annotations.NullMarked;
