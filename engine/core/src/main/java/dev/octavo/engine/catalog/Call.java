package dev.octavo.engine.catalog;

/**
 * Another service that a microservice sends requests to.
 *
 * @param target who is called, as the sources have it: a name ({@code stock-service}) or a host and port
 * @param service the name of the microservice of this source tree that it is; {@code ""} where it is none of them
 * @param file the file that says so
 * @param line from 1; 0 where no line is known
 */
public record Call(Way way, String target, String service, String file, int line) {
    /** How it is called. */
    public enum Way {
        /** A client that OpenFeign makes of an interface, or Spring of its HTTP interface. */
        FEIGN,
        /** A route of a gateway: Spring Cloud Gateway, Zuul, or a web server's {@code proxy_pass}. */
        ROUTE,
        /** A URL in a source file or in the configuration. */
        URL,
        /** An interface that Dubbo calls. */
        DUBBO
    }
}
