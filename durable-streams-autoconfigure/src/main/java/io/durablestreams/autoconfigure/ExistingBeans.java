package io.durablestreams.autoconfigure;

import java.util.stream.Stream;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Finds beans without making any: a lazy one that nobody has asked for has nothing to be ended. */
final class ExistingBeans {

    private ExistingBeans() {}

    static <T> Stream<T> of(Class<T> type, ConfigurableListableBeanFactory beans) {
        return Stream.of(beans.getBeanNamesForType(type, false, false))
                .map(beans::getSingleton)
                .filter(type::isInstance)
                .map(type::cast);
    }
}
