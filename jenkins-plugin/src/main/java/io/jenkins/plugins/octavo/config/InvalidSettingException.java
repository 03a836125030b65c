package io.jenkins.plugins.octavo.config;

/** A setting that cannot be kept; its message is for whoever set it. */
final class InvalidSettingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String field;

    InvalidSettingException(String field, String message) {
        super(message);
        this.field = field;
    }

    /** The list or value that it belongs to. */
    String field() {
        return field;
    }
}
