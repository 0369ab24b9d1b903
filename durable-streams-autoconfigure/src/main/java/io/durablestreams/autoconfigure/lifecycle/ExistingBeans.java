package io.durablestreams.autoconfigure.lifecycle;

import java.util.stream.Stream;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Finds beans without making any: a lazy one that nobody has asked for has nothing to be ended. */
final class ExistingBeans {

    private ExistingBeans() {}

    static <T> Stream<T> of(Class<T> type, ConfigurableListableBeanFactory beans) {
        return of(type, beans, false);
    }

    /**
     * Returns beans of a type.
     *
     * @param madeOnly whether to leave out instances that were registered without a definition, which the context does
     *     not destroy
     */
    static <T> Stream<T> of(Class<T> type, ConfigurableListableBeanFactory beans, boolean madeOnly) {
        return Stream.of(beans.getBeanNamesForType(type, false, false))
                .filter(name -> !madeOnly || beans.containsBeanDefinition(name))
                .map(beans::getSingleton)
                .filter(type::isInstance)
                .map(type::cast);
    }
}
