package dev.octavo.engine.cluster;

/**
 * Which object is meant, whatever is in it.
 *
 * @param namespace {@code ""} for kinds without namespaces
 */
record ObjectRef(String apiVersion, String kind, String namespace, String name) {
    static ObjectRef of(ManifestObject object) {
        return new ObjectRef(object.apiVersion(), object.kind(), object.namespace(), object.name());
    }

    /** The same for the same object in every version of its API. */
    String identity() {
        int slash = apiVersion.indexOf('/');
        return (slash < 0 ? "" : apiVersion.substring(0, slash)) + " " + kind + " " + namespace + " " + name;
    }

    boolean isJob() {
        return kind.equals("Job") && apiVersion.startsWith("batch/");
    }

    /** {@code Kind/name}. */
    String title() {
        return kind + "/" + name;
    }
}
