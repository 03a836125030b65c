package dev.octavo.engine.image.registry;

import dev.octavo.engine.api.EngineListener;
import java.time.Duration;
import java.util.Locale;

/** Tells from time to time how far something has got that takes long; of what is done soon it says nothing. */
public final class Told {
    private static final long EVERY = Duration.ofSeconds(10).toNanos();
    private static final double GIGA = 1e9;

    private final EngineListener listener;
    private final String what;
    private final long size;
    private final long every;
    private long done;
    private long last = System.nanoTime();

    /**
     * Begins.
     *
     * @param what such as {@code Sending a layer}
     * @param size in bytes; 0 where it is not known
     */
    public Told(EngineListener listener, String what, long size) {
        this(listener, what, size, EVERY);
    }

    Told(EngineListener listener, String what, long size, long every) {
        this.listener = listener;
        this.what = what;
        this.size = size;
        this.every = every;
    }

    /** So many bytes more. */
    public void add(long bytes) {
        done += bytes;
        long now = System.nanoTime();
        if (now - last >= every) {
            last = now;
            listener.progress(what + ": " + gigabytes(done) + (size > 0 ? " of " + gigabytes(size) : "") + " GB");
        }
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f", bytes / GIGA);
    }
}
