package io.durablestreams.autoconfigure.lifecycle;

import java.util.stream.Stream;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Finds beans without creating any. A lazy bean that has not been created has nothing to end. */
final class ExistingBeans {

    private ExistingBeans() {}

    static <T> Stream<T> of(Class<T> type, ConfigurableListableBeanFactory beans) {
        return of(type, beans, false);
    }

    /**
     * Returns beans of a type.
     *
     * @param madeOnly whether to leave out instances that were registered without a definition. The context does not
     *     destroy them
     */
    static <T> Stream<T> of(Class<T> type, ConfigurableListableBeanFactory beans, boolean madeOnly) {
        return Stream.of(beans.getBeanNamesForType(type, false, false))
                .filter(name -> !madeOnly || beans.containsBeanDefinition(name))
                .map(beans::getSingleton)
                .filter(type::isInstance)
                .map(type::cast);
    }
}
