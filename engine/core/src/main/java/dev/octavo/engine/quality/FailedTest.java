package dev.octavo.engine.quality;

/**
 * A test that failed, or ended with an error.
 *
 * @param className the class with its package
 * @param method the method, with the parameters of a parameterized test
 * @param message what it said, one line, {@code ""} where it said nothing
 * @param file the source file, relative to what the reader of the reports names as roots, else the file's own name;
 *     {@code ""} where the stack trace does not show it
 * @param line the line in {@code file}, 0 where it is not known
 */
public record FailedTest(String className, String method, String message, String file, int line) {
    /** {@code CatalogTest.findsByName}. */
    public String name() {
        String simple = className.substring(className.lastIndexOf('.') + 1).replace('$', '.');
        return method.isEmpty() ? simple : simple + "." + method;
    }

    /** {@code src/test/java/shop/CatalogTest.java:42}, {@code ""} where it is not known. */
    public String place() {
        return file.isEmpty() || line == 0 ? file : file + ":" + line;
    }
}
