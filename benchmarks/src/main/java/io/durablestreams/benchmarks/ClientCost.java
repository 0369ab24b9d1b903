package io.durablestreams.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;

import com.sun.management.ThreadMXBean;

/**
 * What all threads but those of the server have used: processor time, and bytes allocated. The virtual machine's own
 * threads, its collectors and compilers, are not among them.
 */
record ClientCost(long cpuNanos, long allocatedBytes) {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Returns what some work costs. The threads that it uses must live as long as it lasts. */
    static ClientCost of(Runnable work) {
        ClientCost before = soFar();
        work.run();
        ClientCost after = soFar();
        return new ClientCost(after.cpuNanos - before.cpuNanos, after.allocatedBytes - before.allocatedBytes);
    }

    private static ClientCost soFar() {
        long cpuNanos = 0;
        long allocatedBytes = 0;
        for (long thread : THREADS.getAllThreadIds()) {
            ThreadInfo info = THREADS.getThreadInfo(thread);
            if (info != null && !info.getThreadName().startsWith(PrebuiltServer.THREADS)) {
                cpuNanos += THREADS.getThreadCpuTime(thread);
                allocatedBytes += THREADS.getThreadAllocatedBytes(thread);
            }
        }
        return new ClientCost(cpuNanos, allocatedBytes);
    }
}
