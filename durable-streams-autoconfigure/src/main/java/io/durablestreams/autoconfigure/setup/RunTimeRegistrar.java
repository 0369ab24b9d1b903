package io.durablestreams.autoconfigure.setup;

import java.util.Arrays;
import java.util.function.Supplier;

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
 * <p>It runs when all other bean definitions are known, so that its beans can give way to those of the application.
 */
public abstract class RunTimeRegistrar implements BeanDefinitionRegistryPostProcessor, Ordered {

    private final Environment environment;

    protected RunTimeRegistrar(Environment environment) {
        this.environment = environment;
    }

    /**
     * Registers the beans.
     *
     * @param beans knows all other bean definitions, and makes the beans that suppliers ask it for
     */
    protected abstract void register(ConfigurableListableBeanFactory beans);

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {}

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        register(beans);
    }

    protected Environment environment() {
        return environment;
    }

    /** Whether a property has a value other than {@code false}, as {@code @ConditionalOnProperty} has it. */
    protected boolean isSet(String key) {
        String value = environment.getProperty(key);
        return value != null && !value.equalsIgnoreCase("false");
    }

    /** Whether there is no bean that would be injected for a type, as {@code @ConditionalOnMissingBean} has it. */
    protected static boolean isMissing(Class<?> type, ConfigurableListableBeanFactory beans) {
        return Arrays.stream(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type, true, false))
                .noneMatch(name -> isCandidate(name, beans));
    }

    private static boolean isCandidate(String name, ConfigurableListableBeanFactory beans) {
        if (!beans.containsBeanDefinition(name)) {
            return true;
        }
        BeanDefinition definition = beans.getBeanDefinition(name);
        return definition.isAutowireCandidate()
                && !(definition instanceof AbstractBeanDefinition other && !other.isDefaultCandidate());
    }

    /** Registers a bean that is left out of generated code. */
    protected static <T> void register(
            ConfigurableListableBeanFactory beans, String name, Class<T> type, Supplier<T> supplier) {
        RootBeanDefinition definition = new RootBeanDefinition(type, supplier);
        definition.setAttribute(BeanRegistrationAotProcessor.IGNORE_REGISTRATION_ATTRIBUTE, true);
        ((BeanDefinitionRegistry) beans).registerBeanDefinition(name, definition);
    }
}
