package io.durablestreams.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fails a test class that has lost a buffer; a leak that is found late is blamed on a class behind it, but never on
 * nobody. Every class of this module has it when {@code io.netty.leakDetection.level} is {@code paranoid}; a class that
 * asks for it has it always.
 */
public final class LeakDetection implements BeforeAllCallback, AfterAllCallback {

    private static final String LEVEL = "io.netty.leakDetection.level";
    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

    private final boolean always;
    private ResourceLeakDetector.Level before;

    /** For every class, as the command line says. */
    public LeakDetection() {
        this(false);
    }

    private LeakDetection(boolean always) {
        this.always = always;
    }

    /** For a class that watches every allocation whatever the command line says. */
    static LeakDetection always() {
        return new LeakDetection(true);
    }

    private boolean isOn() {
        return always || "paranoid".equals(System.getProperty(LEVEL));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (isOn()) {
            before = ResourceLeakDetector.getLevel();
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
            ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(type + ": " + records));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (isOn()) {
            List<String> found = found();
            LEAKS.clear();
            ResourceLeakDetector.setLevel(before);
            assertThat(found).as("buffers that nobody has released").isEmpty();
        }
    }

    /** Leaks are found when their buffers are collected, and reported with the next allocation. */
    private static List<String> found() {
        for (int i = 0; i < 5; i++) {
            System.gc();
            for (int j = 0; j < 100; j++) {
                PooledByteBufAllocator.DEFAULT.buffer(16).release();
            }
        }
        return List.copyOf(LEAKS);
    }
}
