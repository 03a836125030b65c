package dev.octavo.engine.runner.api;

/**
 * A place in a Jenkinsfile or a library.
 *
 * @param file as it is shown: {@code Jenkinsfile}, {@code vars/deliver.groovy}
 * @param line 1 and up; less where it is not known
 */
public record SourcePlace(String file, int line) {
    /** Nowhere in particular. */
    public static final SourcePlace UNKNOWN = new SourcePlace("", 0);

    /** {@code Jenkinsfile:12}. */
    @Override
    public String toString() {
        return line > 0 ? file + ":" + line : file;
    }
}
