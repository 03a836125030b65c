package dev.octavo.engine.cluster;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** How the API server names a kind of object. */
record ResourceType(String apiVersion, String kind, String plural, boolean namespaced) {
    /** The path of one object. */
    String path(String namespace, String name) {
        return path(namespace) + "/" + escape(name);
    }

    /** The path of all objects, in a namespace where the kind has those. */
    String path(String namespace) {
        return root(apiVersion) + (namespaced ? "/namespaces/" + escape(namespace) : "") + "/" + plural;
    }

    /** The path of all objects of the cluster. */
    String everywhere() {
        return root(apiVersion) + "/" + plural;
    }

    static String root(String apiVersion) {
        return (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion;
    }

    static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
