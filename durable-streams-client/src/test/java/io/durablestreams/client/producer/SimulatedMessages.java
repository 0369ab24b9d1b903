package io.durablestreams.client.producer;

import java.util.ArrayList;
import java.util.List;

import io.durablestreams.client.producer.SimulatedMessage.Fate;
import io.durablestreams.client.producer.SimulatedMessage.Kind;

/** All messages of a {@link ProducerSimulation}, in the order in which the producer was handed them. */
public final class SimulatedMessages {

    private final List<SimulatedMessage> all = new ArrayList<>();

    private long appendedBytes;

    List<SimulatedMessage> all() {
        return all;
    }

    SimulatedMessage get(int number) {
        return all.get(number);
    }

    public int count() {
        return all.size();
    }

    public long count(Fate fate) {
        return all.stream()
                .filter(message -> message.kind() != Kind.LAST && message.fate == fate)
                .count();
    }

    /** The bytes of messages that nobody waits for, and that are neither stored nor failed nor refused. */
    long appendedBytes() {
        return appendedBytes;
    }

    void add(SimulatedMessage message) {
        all.add(message);
        appendedBytes += message.kind() == Kind.APPENDED ? message.length() : 0;
    }

    /** A message is stored now, perhaps not for the first time. */
    void stored(int number) {
        SimulatedMessage message = all.get(number);
        if (!message.stored && !message.isSettled()) {
            takeOut(message);
        }
        message.stored = true;
    }

    void settle(SimulatedMessage message, Fate fate) {
        if (!message.stored) {
            takeOut(message);
        }
        message.fate = fate;
    }

    private void takeOut(SimulatedMessage message) {
        appendedBytes -= message.kind() == Kind.APPENDED ? message.length() : 0;
    }
}
