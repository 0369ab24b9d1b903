package io.durablestreams.autoconfigure.setup;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Registers beans whose existence depends on properties.
 *
 * <p>Conditions cannot decide about these beans. An application that is processed ahead of time evaluates its conditions
 * when it is built, but the properties that differ between environments are set when it runs. This registrar decides each
 * time a context is refreshed, and its beans are left out of the generated code.
 *
 * <p>It runs when all other bean definitions are known, so that its beans can give way to beans of the application. All
 * conditions have been evaluated by then, so {@code @ConditionalOnBean} does not see its beans. This type is public for the packages of the auto-configuration. It is not part of the API for applications.
 */
public abstract class RunTimeRegistrar implements BeanDefinitionRegistryPostProcessor, Ordered {

    private final Environment environment;

    /**
     * Creates a registrar.
     *
     * @param environment the properties of the run
     */
    protected RunTimeRegistrar(Environment environment) {
        this.environment = environment;
    }

    /**
     * Registers the beans. Called once for each refresh of a context.
     *
     * @param beans the bean factory, with all other bean definitions. Suppliers may get beans from it
     */
    protected abstract void register(ConfigurableListableBeanFactory beans);

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {}

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        register(beans);
    }

    /** Returns the properties of the run. */
    protected Environment environment() {
        return environment;
    }

    /**
     * Returns whether a property has a value other than {@code false}, like {@code @ConditionalOnProperty}.
     *
     * @throws SetupException if the value is empty
     */
    protected boolean isSet(String key) {
        String value = requireNotEmpty(key, environment.getProperty(key));
        return value != null && !value.equalsIgnoreCase("false");
    }

    /**
     * Returns the value of a property, or null if it is not set.
     *
     * @param key the key
     * @param value the value, or null
     * @throws SetupException if the value is empty, because neither the property nor its absence was meant
     */
    public static @Nullable String requireNotEmpty(String key, @Nullable String value) {
        if (value != null && value.isBlank()) {
            throw new SetupException(
                    "'" + key + "' is set, but its value is empty.",
                    "Give '" + key
                            + "' a value, or remove it. A placeholder with an empty default, such as ${NAME:}, and"
                            + " an environment variable without a value have this effect.");
        }
        return value;
    }

    /** Returns whether no bean is a candidate for injection of a type, like {@code @ConditionalOnMissingBean}. */
    protected static boolean isMissing(Class<?> type, ConfigurableListableBeanFactory beans) {
        return candidates(type, beans).isEmpty();
    }

    /** Returns the names of the beans that are candidates for injection of a type. */
    public static List<String> candidates(Class<?> type, ConfigurableListableBeanFactory beans) {
        return Arrays.stream(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type, true, false))
                .filter(name -> isCandidate(name, beans))
                .toList();
    }

    private static boolean isCandidate(String name, ConfigurableListableBeanFactory beans) {
        if (!beans.containsBeanDefinition(name)) {
            return true;
        }
        BeanDefinition definition = beans.getBeanDefinition(name);
        return definition.isAutowireCandidate()
                && !(definition instanceof AbstractBeanDefinition other && !other.isDefaultCandidate());
    }

    /**
     * Registers a bean that is left out of the generated code.
     *
     * @param beans the bean factory
     * @param name the name of the bean
     * @param type the type of the bean
     * @param supplier creates the bean
     */
    protected static <T> void register(
            ConfigurableListableBeanFactory beans, String name, Class<T> type, Supplier<T> supplier) {
        RootBeanDefinition definition = new RootBeanDefinition(type, supplier);
        definition.setAttribute(BeanRegistrationAotProcessor.IGNORE_REGISTRATION_ATTRIBUTE, true);
        ((BeanDefinitionRegistry) beans).registerBeanDefinition(name, definition);
    }
}
