package io.durablestreams.autoconfigure.setup;

import org.jspecify.annotations.Nullable;

/** The application cannot start as it is set up, and there is something to be done about it. */
public final class SetupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * Creates an exception.
     *
     * @param description what is wrong
     * @param action what to do about it
     */
    public SetupException(String description, String action) {
        this(description, action, null);
    }

    public SetupException(String description, String action, @Nullable Throwable cause) {
        super(description, cause);
        this.action = action;
    }

    String action() {
        return action;
    }
}
