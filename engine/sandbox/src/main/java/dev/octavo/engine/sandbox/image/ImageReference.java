package dev.octavo.engine.sandbox.image;

import java.util.regex.Pattern;

/**
 * An image's name.
 *
 * @param registry host, with port where it has one
 * @param repository path at the registry
 * @param version a tag, or a digest
 */
record ImageReference(String registry, String repository, String version) {
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");

    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    /** @throws ImageException where it is none */
    static ImageReference parse(String text) {
        String rest = text;
        String version = "latest";
        int at = rest.indexOf('@');
        if (at >= 0) {
            version = rest.substring(at + 1);
            rest = rest.substring(0, at);
        }
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            if (at < 0) {
                version = rest.substring(colon + 1);
            }
            rest = rest.substring(0, colon);
        }
        int slash = rest.indexOf('/');
        String first = slash < 0 ? "" : rest.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = named ? first : "docker.io";
        String repository = named ? rest.substring(slash + 1) : slash < 0 ? "library/" + rest : rest;
        boolean isVersion = at >= 0
                ? DIGEST.matcher(version).matches()
                : TAG.matcher(version).matches();
        if (!REPOSITORY.matcher(repository).matches() || !isVersion) {
            throw new ImageException("couldn't parse image name \"" + text + "\": invalid reference format");
        }
        return new ImageReference(registry, repository, version);
    }

    boolean isDigest() {
        return version.startsWith("sha256:");
    }

    /** Where its API is. */
    String url() {
        String host = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
        String name = host.startsWith("[") || host.indexOf(':') < 0 ? host : host.substring(0, host.indexOf(':'));
        boolean local = name.equals("localhost") || name.startsWith("127.") || name.startsWith("[::1]");
        return (local ? "http://" : "https://") + host + "/v2/" + repository;
    }
}
