package dev.octavo.engine.api;

/** Hears what an operation has to say to its user while it works. Implementations are thread-safe. */
public interface EngineListener {
    /** Hears nothing. */
    EngineListener SILENT = new EngineListener() {
        @Override
        public void progress(String message) {}

        @Override
        public void warning(String message) {}

        @Override
        public void output(String line) {}
    };

    /** A change of state, one line: {@code [2/3 ready] Deployment/orders}. */
    void progress(String message);

    /** Something that the user should know and that stops nothing, one line. */
    void warning(String message);

    /** A line that a program which the operation started has written. */
    void output(String line);
}
