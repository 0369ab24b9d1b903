package io.durablestreams.client.producer;

import java.nio.file.Path;

/** Takes epochs from a file, one after the other, and prints them. */
final class EpochTakingProgram {

    static final int EPOCHS = 100;

    private EpochTakingProgram() {}

    public static void main(String[] args) {
        EpochStore store = EpochStore.file(Path.of(args[0]));
        for (int i = 0; i < EPOCHS; i++) {
            System.out.println(store.next(FileEpochStoreTest.ORDERS, "shop", 0).block(FileEpochStoreTest.PATIENCE));
        }
    }
}
