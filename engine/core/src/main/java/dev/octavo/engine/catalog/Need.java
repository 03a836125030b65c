package dev.octavo.engine.catalog;

/**
 * Something outside of the source tree that a microservice cannot work without.
 *
 * @param property the property that says where it is, as the configuration spells it, or as its library has it where
 *     the configuration is silent: {@code spring.datasource.url}
 * @param address where the configuration says it is, several with commas between them: {@code 192.168.1.10:8848},
 *     {@code redis}; never with a user, a password or other parameters; {@code ""} where it says nothing, or what only
 *     the environment knows
 * @param variable the environment variable that the configuration itself asks for the address: {@code NACOS_HOST} of
 *     <code>${NACOS_HOST:localhost}</code>; {@code ""} for none
 * @param service the name of the microservice of this source tree that is meant, such as a registry that the tree itself
 *     holds; {@code ""} where it is none of them
 * @param file the file that says so
 * @param line from 1; 0 where no line is known
 */
public record Need(
        Middleware kind, String property, String address, String variable, String service, String file, int line) {}
