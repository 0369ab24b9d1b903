package io.durablestreams.client;

class InMemoryEpochStoreTest extends EpochStoreContract {

    @Override
    EpochStore store() {
        return EpochStore.inMemory();
    }
}
