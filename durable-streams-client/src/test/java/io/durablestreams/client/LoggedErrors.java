package io.durablestreams.client;

import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Hears of errors that are logged because nobody else could be told of them, instead of the log. */
final class LoggedErrors extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

    private final List<Appender<ILoggingEvent>> others = new ArrayList<>();

    private @Nullable ILoggingEvent first;

    LoggedErrors() {
        start();
        root.iteratorForAppenders().forEachRemaining(others::add);
        others.forEach(root::detachAppender);
        root.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        // What a client says of what its producers have not delivered repeats what others were told of.
        boolean isSummary = event.getMessage().startsWith("Producer '{}' is closed, and {} of its messages");
        if (first == null && !isSummary && event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            first = event;
        }
    }

    void requireNone() {
        if (first != null) {
            throw new AssertionError("an error is logged: " + first.getFormattedMessage() + "\n"
                    + ThrowableProxyUtil.asString(first.getThrowableProxy()));
        }
    }

    @Override
    public void close() {
        root.detachAppender(this);
        others.forEach(root::addAppender);
    }
}
