package dev.octavo.engine.sandbox;

/**
 * Where a port of a Service is opened from this machine.
 *
 * @param url leads to it
 */
public record ServiceAddress(String namespace, String service, String url) {}
