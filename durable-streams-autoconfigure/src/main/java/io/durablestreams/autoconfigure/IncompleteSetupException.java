package io.durablestreams.autoconfigure;

/** The application lacks something that no default can stand in for. */
final class IncompleteSetupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * Creates an exception.
     *
     * @param description what is missing
     * @param action what to do about it
     */
    IncompleteSetupException(String description, String action) {
        super(description);
        this.action = action;
    }

    String action() {
        return action;
    }
}
