package dev.octavo.engine.sandbox.image;

/** An image cannot be had; the message says why, in the registry's words where it had any. */
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ImageException(String message) {
        super(message);
    }

    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
