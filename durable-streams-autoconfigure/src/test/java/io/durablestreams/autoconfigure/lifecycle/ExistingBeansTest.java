package io.durablestreams.autoconfigure.lifecycle;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

import static org.assertj.core.api.Assertions.assertThat;

class ExistingBeansTest {

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

    @Test
    void thoseThatWereMadeAreFound() {
        beans.registerBeanDefinition("made", definition("made"));
        beans.registerSingleton("given", "given");
        beans.registerSingleton("other", 1);
        beans.getBean("made");

        assertThat(ExistingBeans.of(String.class, beans)).containsExactly("made", "given");
    }

    @Test
    void noneIsMadeForTheSearch() {
        beans.registerBeanDefinition("lazy", definition("lazy"));
        RootBeanDefinition prototype = definition("prototype");
        prototype.setScope(RootBeanDefinition.SCOPE_PROTOTYPE);
        beans.registerBeanDefinition("prototype", prototype);
        beans.registerBeanDefinition("product", new RootBeanDefinition(Factory.class));

        assertThat(ExistingBeans.of(String.class, beans)).isEmpty();

        assertThat(beans.containsSingleton("lazy")).isFalse();
        assertThat(beans.containsSingleton("product")).isFalse();
    }

    private static RootBeanDefinition definition(String value) {
        return new RootBeanDefinition(String.class, () -> value);
    }

    static final class Factory implements FactoryBean<String> {

        @Override
        public String getObject() {
            throw new AssertionError("nobody has asked for it");
        }

        @Override
        public Class<?> getObjectType() {
            return String.class;
        }
    }
}
