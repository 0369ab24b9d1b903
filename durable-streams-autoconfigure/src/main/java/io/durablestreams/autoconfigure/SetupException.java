package io.durablestreams.autoconfigure;

import org.jspecify.annotations.Nullable;

/** The application cannot start as it is set up, and there is something to be done about it. */
final class SetupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * Creates an exception.
     *
     * @param description what is wrong
     * @param action what to do about it
     */
    SetupException(String description, String action) {
        this(description, action, null);
    }

    SetupException(String description, String action, @Nullable Throwable cause) {
        super(description, cause);
        this.action = action;
    }

    String action() {
        return action;
    }
}
