package dev.octavo.engine.catalog;

/** What a microservice is. */
public enum ServiceKind {
    /** A Spring Boot application. */
    SPRING_BOOT,
    /** Another Java program that has a Dockerfile or manifests. */
    JAVA,
    /** Files that a web server such as nginx serves. */
    STATIC,
    /** An image from elsewhere, of which {@code delivery.yaml} says how it runs. */
    IMAGE
}
