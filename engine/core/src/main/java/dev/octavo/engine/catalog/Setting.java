package dev.octavo.engine.catalog;

/**
 * A value of a configuration file.
 *
 * @param name as the file spells it, with its parents: {@code spring.redis.host}, {@code routes[0].uri}
 * @param value as the file has it, placeholders included
 * @param file the file
 * @param line from 1; 0 where no line is known
 */
record Setting(String name, String value, String file, int line) {}
