package io.durablestreams.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Watches every buffer in all tests of this module, and fails a class that has lost one. A leak that is found late is
 * blamed on a class behind it, but never on nobody.
 */
public final class LeakDetection implements AfterAllCallback {

    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(type + ": " + records));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> found = found();
        LEAKS.clear();
        assertThat(found).as("buffers that nobody has released").isEmpty();
    }

    /** Leaks are found when their buffers are collected, and reported with the next allocation. */
    private static List<String> found() {
        for (int i = 0; i < 3; i++) {
            System.gc();
            for (int j = 0; j < 100; j++) {
                PooledByteBufAllocator.DEFAULT.buffer(16).release();
            }
        }
        return List.copyOf(LEAKS);
    }
}
