package io.durablestreams.autoconfigure.setup;

import org.jspecify.annotations.Nullable;

/**
 * The application cannot start with its current setup. The failure report shows the message and an action that solves the
 * problem. This type is public for the packages of the auto-configuration. It is not part of the API for applications.
 */
public final class SetupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * Creates an exception without a cause.
     *
     * @param description the problem
     * @param action the steps that solve the problem
     */
    public SetupException(String description, String action) {
        this(description, action, null);
    }

    /**
     * Creates an exception.
     *
     * @param description the problem
     * @param action the steps that solve the problem
     * @param cause the cause, or null
     */
    public SetupException(String description, String action, @Nullable Throwable cause) {
        super(description, cause);
        this.action = action;
    }

    String action() {
        return action;
    }
}
