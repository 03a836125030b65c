package dev.octavo.engine.preflight.script;

/** Reads a Jenkinsfile by the rules of its language. Implementations are found by {@link java.util.ServiceLoader}. */
public interface PipelineReader {
    /**
     * Reads a file without running anything of it.
     *
     * @throws SyntaxException where it is not the language
     */
    PipelineScript read(String text) throws SyntaxException;

    /** Why a text cannot be read, and where. */
    final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int line;
        private final int column;

        /** @param line from 1, as is {@code column} */
        public SyntaxException(int line, int column, String message) {
            super(message);
            this.line = line;
            this.column = column;
        }

        public int line() {
            return line;
        }

        public int column() {
            return column;
        }
    }
}
