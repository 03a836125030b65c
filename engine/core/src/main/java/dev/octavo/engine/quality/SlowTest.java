package dev.octavo.engine.quality;

/**
 * How long a test took.
 *
 * @param className the class with its package
 * @param method the method
 */
public record SlowTest(String className, String method, double seconds) {}
