package dev.octavo.engine.cluster;

import java.util.Locale;

/** Names of what Octavo keeps in the cluster about releases. */
final class ReleaseNames {
    static final String TYPE = "octavo.dev/release";
    static final String APPLICATION = "octavo.dev/application";
    static final String ENVIRONMENT = "octavo.dev/environment";
    static final String NUMBER = "octavo.dev/release";
    static final String STATUS = "octavo.dev/status";
    /** On all Secrets of a release but its first. */
    static final String PART = "octavo.dev/part";
    /** The annotation that says how many Secrets it has. */
    static final String PARTS = "octavo.dev/parts";
    /** The annotation with all but the manifests. */
    static final String ABOUT = "octavo.dev/about";

    /** A label's value has 63 characters at most; a hash needs some of them. */
    private static final int LONGEST = 50;

    private ReleaseNames() {}

    /** {@code octavo.shop.prod}: the Lease, and the beginning of the Secrets' names. */
    static String of(String application, String environment) {
        return "octavo." + label(application) + "." + label(environment);
    }

    /** {@code octavo.release.shop.prod.v3}. */
    static String secret(Release release, int part) {
        return "octavo.release." + label(release.application()) + "." + label(release.environment()) + ".v"
                + release.number() + (part == 0 ? "" : "." + part);
    }

    /** A name as a label may have it; one that has to be changed for that gets a hash, so that no two become one. */
    static String label(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
        plain = plain.replaceAll("^-+|-+$", "");
        if (plain.equals(name) && name.length() <= LONGEST) {
            return plain;
        }
        String hash = Fingerprint.of(name).substring("sha256:".length()).substring(0, 8);
        return (plain.isEmpty() ? "x" : plain.substring(0, Math.min(LONGEST, plain.length()))).replaceAll("-+$", "")
                + "-" + hash;
    }
}
