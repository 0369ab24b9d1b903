package io.durablestreams.client.message;

import java.io.InputStream;
import java.io.Reader;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;

import org.springframework.core.ReactiveAdapterRegistry;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.ser.impl.UnknownSerializer;

/**
 * Objects that have no content yet, but are sources of later content, such as a {@code Mono}, a {@code Future} and an
 * {@code InputStream}. Jackson writes them as objects with some properties or without any, which is almost always a
 * mistake and would remain in a stream permanently.
 */
final class MessageSources {

    private static final ClassValue<Boolean> SOURCES = new ClassValue<>() {

        @Override
        protected Boolean computeValue(Class<?> type) {
            return ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null
                    || Future.class.isAssignableFrom(type)
                    || BaseStream.class.isAssignableFrom(type)
                    || InputStream.class.isAssignableFrom(type)
                    || Reader.class.isAssignableFrom(type);
        }
    };

    private MessageSources() {}

    static boolean isSource(Class<?> type) {
        return SOURCES.get(type);
    }

    /**
     * Returns a copy of a mapper that refuses sources within a message. Serializers that the application has registered
     * for them still apply, and so do those of Jackson that write all content, as for a {@code Stream}.
     */
    static JsonMapper refusedBy(JsonMapper mapper) {
        SimpleModule module = new SimpleModule(MessageSources.class.getName());
        module.setSerializerModifier(new Refusing());
        return mapper.rebuild().addModule(module).build();
    }

    private static final class Refusing extends ValueSerializerModifier {

        private static final long serialVersionUID = 1L;

        @Override
        public ValueSerializer<?> modifySerializer(
                SerializationConfig config, BeanDescription.Supplier description, ValueSerializer<?> serializer) {
            boolean hasNoOther = serializer instanceof BeanSerializerBase || serializer instanceof UnknownSerializer;
            return hasNoOther && isSource(description.getBeanClass()) ? new Refusal() : serializer;
        }
    }

    private static final class Refusal extends ValueSerializer<Object> {

        @Override
        public void serialize(Object source, JsonGenerator generator, SerializationContext context) {
            context.reportBadDefinition(
                    source.getClass(),
                    "an object of " + source.getClass() + " in it has no content, but is a source of later content;"
                            + " append a message when the content is there, for example with flatMap");
        }
    }
}
