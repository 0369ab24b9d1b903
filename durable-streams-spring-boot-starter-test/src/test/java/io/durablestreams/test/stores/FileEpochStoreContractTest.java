package io.durablestreams.test.stores;

import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;

import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.test.EpochStoreContract;

class FileEpochStoreContractTest extends EpochStoreContract {

    @TempDir
    private Path directory;

    @Override
    protected EpochStore createStore() {
        return reopenStore();
    }

    @Override
    protected EpochStore reopenStore() {
        return EpochStore.file(directory.resolve("deep/below/epochs"));
    }
}
