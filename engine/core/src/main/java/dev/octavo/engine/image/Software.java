package dev.octavo.engine.image;

import java.util.List;

/**
 * Something that a layer holds and that has a name of its own.
 *
 * @param path in the image; for a package, that of the list which names it
 * @param group a Maven group, the architecture of a system package, or who made a Java runtime; "" where there is none
 * @param version "" where it isn't known
 * @param sha256 64 hexadecimal digits; "" where it is no single file
 * @param inside what it is made of, such as the packages of a list or the libraries in a jar
 */
record Software(
        String path, Kind kind, String group, String name, String version, String sha256, List<Software> inside) {
    /** What it is. */
    enum Kind {
        JAR,
        /** An identity of a library that a jar, or the service itself, has taken in. */
        MAVEN,
        /** A list of the system's packages. */
        PACKAGES,
        DEB,
        APK,
        /** A list of packages in a form that is not read here. */
        UNREAD,
        /** Which distribution it is. */
        SYSTEM,
        JAVA,
        /** A native library. */
        NATIVE,
        CLASSES
    }

    Software {
        inside = List.copyOf(inside);
    }

    static Software of(String path, Kind kind, String group, String name, String version) {
        return new Software(path, kind, group, name, version, "", List.of());
    }
}
