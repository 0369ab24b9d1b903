package io.durablestreams.autoconfigure;

import java.util.Arrays;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

import io.durablestreams.autoconfigure.setup.RunTimeRegistrar;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.producer.ProducerErrorHandler;

/**
 * Reports client beans that the application builds itself, and that do not use its {@link ProducerErrorHandler} bean. A
 * client that was built can no longer be given a handler.
 */
final class OwnClientsCheck implements SmartInitializingSingleton {

    static final String AUTO_CONFIGURED = "durableStreamClient";

    private static final Logger logger = LoggerFactory.getLogger(OwnClientsCheck.class);

    private final ConfigurableListableBeanFactory beans;

    OwnClientsCheck(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public void afterSingletonsInstantiated() {
        List<String> handlers = RunTimeRegistrar.candidates(ProducerErrorHandler.class, beans);
        if (handlers.isEmpty()) {
            return;
        }
        for (String client : beans.getBeanNamesForType(DurableStreamClient.class, false, false)) {
            boolean isOwn = !client.equals(AUTO_CONFIGURED) && beans.containsBeanDefinition(client);
            if (isOwn && handlers.stream().noneMatch(handler -> uses(client, handler))) {
                logger.warn(
                        "The ProducerErrorHandler bean '{}' does not receive the failed messages of the client bean"
                                + " '{}', which the application builds itself. Give the handler to the method that builds"
                                + " the client, and pass it to producerErrorHandler(...) of the client's builder",
                        String.join("', '", handlers),
                        client);
            }
        }
    }

    private boolean uses(String client, String handler) {
        return Arrays.asList(beans.getDependenciesForBean(client)).contains(handler);
    }
}
