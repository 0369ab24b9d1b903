package io.durablestreams.test.stores;

import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.test.EpochStoreContract;

class InMemoryEpochStoreContractTest extends EpochStoreContract {

    private EpochStore store;

    @Override
    protected EpochStore createStore() {
        store = EpochStore.inMemory();
        return store;
    }

    @Override
    protected EpochStore reopenStore() {
        return store;
    }
}
