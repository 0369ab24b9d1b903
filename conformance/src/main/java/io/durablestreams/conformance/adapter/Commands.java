package io.durablestreams.conformance.adapter;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.durablestreams.conformance.adapter.Failures.NotSupportedException;

/** Passes each command to its handler. */
final class Commands {

    private static final String NAME = "durable-streams-spring-boot";

    private final Map<String, Handler> handlers = new TreeMap<>();
    private volatile @Nullable Session session; // Ended by the shutdown hook as well.
    private boolean closed;

    /** Does what one type of command asks for. */
    interface Handler {

        Mono<Result> handle(Session session, Command command);
    }

    Commands() {
        handlers.put("create", StreamCommands::create);
        handlers.put("connect", StreamCommands::connect);
        handlers.put("append", StreamCommands::append);
        handlers.put("read", ReadCommand::read);
        handlers.put("head", StreamCommands::head);
        handlers.put("delete", StreamCommands::delete);
        handlers.put("close", StreamCommands::close);
        handlers.put("idempotent-append", ProducerCommands::append);
        handlers.put("idempotent-append-batch", ProducerCommands::appendBatch);
        handlers.put("idempotent-close", ProducerCommands::close);
        handlers.put("idempotent-detach", ProducerCommands::detach);
        handlers.put("set-dynamic-header", (session, command) -> {
            session.dynamicValues().setHeader(command);
            return Mono.just(Result.success());
        });
        handlers.put("set-dynamic-param", (session, command) -> {
            session.dynamicValues().setParameter(command);
            return Mono.just(Result.success());
        });
        handlers.put("clear-dynamic", (session, command) -> {
            session.dynamicValues().clear();
            return Mono.just(Result.success());
        });
        handlers.put("benchmark", BenchmarkCommand::run);
    }

    Mono<Result> handle(String type, Command command) {
        return switch (type) {
            case "init" -> init(command);
            case "validate" -> SettingsValidation.validate(command.within("target"));
            case "shutdown" -> {
                close();
                yield Mono.just(Result.success());
            }
            default -> handleInSession(type, command);
        };
    }

    private Mono<Result> init(Command command) {
        Session next = new Session(command.text("serverUrl"), command.optionalNumber("timeoutMs"));
        endSession();
        session = next;
        String version = Commands.class.getPackage().getImplementationVersion();
        return Mono.just(Result.success()
                .with("clientName", NAME)
                .with("clientVersion", version != null ? version : "unpackaged")
                .with("features", features()));
    }

    private static Map<String, Boolean> features() {
        Map<String, Boolean> features = new TreeMap<>();
        features.put("batching", true);
        features.put("sse", true);
        features.put("longPoll", true);
        features.put("auto", true);
        features.put("streaming", true);
        features.put("dynamicHeaders", true);
        features.put("retryOptions", true);
        features.put("batchItems", true);
        features.put("strictZeroValidation", true);
        return features;
    }

    private Mono<Result> handleInSession(String type, Command command) {
        Handler handler = handlers.get(type);
        if (handler == null) {
            throw new NotSupportedException("There is no command '" + type + "'");
        }
        Session current = session;
        if (current == null) {
            throw new IllegalStateException("The first command must be init, not " + type);
        }
        current.begin(type, command);
        return handler.handle(current, command);
    }

    /** Whether {@link #close()} has been called. */
    synchronized boolean isClosed() {
        return closed;
    }

    /** Releases all producers and connections; the process may end. */
    synchronized void close() {
        closed = true;
        endSession();
    }

    private void endSession() {
        Session ended = session;
        session = null;
        if (ended != null) {
            ended.close();
        }
    }
}
