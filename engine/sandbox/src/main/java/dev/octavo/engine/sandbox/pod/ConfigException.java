package dev.octavo.engine.sandbox.pod;

/** A container cannot be made or started; the reason is the one that its state shows. */
final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    ConfigException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
