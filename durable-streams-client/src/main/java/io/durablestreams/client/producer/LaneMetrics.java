package io.durablestreams.client.producer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.StreamRequests.RefusedCredentials;
import io.durablestreams.client.metrics.GuardedRecorder;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.client.metrics.ProducerMetricsRecorder.Cause;
import io.durablestreams.protocol.producer.LaneStep;
import io.durablestreams.protocol.producer.LaneStep.Attempt;

/** Reports the events of a lane to a {@link ProducerMetricsRecorder}. Used only by tasks of one {@link SerialLoop}. */
final class LaneMetrics implements LaneStep.Handler<OutgoingBatch, DurableStreamException> {

    private final ProducerIdentity identity;
    private final GuardedRecorder<ProducerMetricsRecorder> metrics;

    /** The reason of the most recent failure of each unsettled batch. */
    private final Map<OutgoingBatch, Cause> causes = new HashMap<>();

    private long epoch;
    private int inFlight;

    LaneMetrics(ProducerContext context) {
        this.identity = context.identity();
        this.metrics = context.metrics();
        this.epoch = context.settings().incarnation().epoch();
    }

    void startsWith(long first) {
        epoch = first;
    }

    /** An attempt to send a batch has failed. The batch may be sent again. */
    void failed(OutgoingBatch batch, Throwable failure) {
        if (failure instanceof ProducerFencedException fenced) {
            metrics.record(recorder -> recorder.fenced(identity.url(), fenced.currentEpoch()));
            causes.put(batch, Cause.FENCED);
        } else if (failure instanceof ProducerSequenceGapException gap) {
            metrics.record(recorder -> recorder.gap(identity.url(), gap.expectedSeq()));
            causes.put(batch, Cause.GAP);
        } else if (failure instanceof StreamProtocolException) {
            causes.put(batch, Cause.UNUSABLE_ANSWER);
        } else if (failure instanceof TransientStreamException passing) {
            causes.put(batch, cause(passing));
        } else if (RefusedCredentials.is(failure)) {
            causes.put(batch, Cause.UNAUTHORIZED);
        }
    }

    private static Cause cause(TransientStreamException failure) {
        Integer status = failure.status();
        if (status == null) {
            return failure.nothingStored() ? Cause.NOT_SENT : Cause.NO_ANSWER;
        }
        return status == 429 ? Cause.RATE_LIMITED : Cause.SERVER_ERROR;
    }

    /** The lane has decided on steps, after which this number of batches is in flight. */
    void carryingOut(List<LaneStep<OutgoingBatch, DurableStreamException>> steps, int nowInFlight) {
        steps.forEach(step -> step.carryOut(this));
        if (inFlight != nowInFlight) {
            inFlight = nowInFlight;
            metrics.record(recorder -> recorder.inFlight(identity.url(), identity.producerId(), nowInFlight));
        }
    }

    @Override
    public void send(Attempt<OutgoingBatch> attempt) {
        Cause cause = causes.remove(attempt.batch());
        if (cause != null) {
            metrics.record(recorder -> recorder.retrying(identity.url(), cause));
        }
        if (attempt.epoch() != epoch) {
            epoch = attempt.epoch();
            metrics.record(recorder -> recorder.epochRaised(identity.url(), epoch));
        }
    }

    @Override
    public void acknowledge(LaneStep.Acknowledge<OutgoingBatch, DurableStreamException> acknowledgement) {
        causes.remove(acknowledgement.attempt().batch());
    }

    @Override
    public void fail(LaneStep.Fail<OutgoingBatch, DurableStreamException> failure) {
        causes.remove(failure.batch());
    }

    @Override
    public void split(LaneStep.Split<OutgoingBatch, DurableStreamException> split) {
        causes.remove(split.batch());
        metrics.record(
                recorder -> recorder.batchSplit(identity.url(), split.batch().count()));
    }

    @Override
    public void wakeAt(long nanos) {}
}
