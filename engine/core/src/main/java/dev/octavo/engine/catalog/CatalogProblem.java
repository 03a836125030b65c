package dev.octavo.engine.catalog;

/**
 * A file that the catalog could not make sense of; the services that it describes may be missing.
 *
 * @param line from 1; 0 where no line is known
 * @param message what is the matter, as the end of a sentence that begins with the file
 */
public record CatalogProblem(String file, int line, String message) {
    @Override
    public String toString() {
        return (line > 0 ? file + ":" + line : file) + " " + message;
    }
}
