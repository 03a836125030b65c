package dev.octavo.engine.catalog;

import java.util.List;

/** What is known of the files that changed since a microservice was last delivered. */
public sealed interface Changes {
    /**
     * The files are known.
     *
     * @param since what they were compared with, for people: {@code commit 1a2b3c4}
     * @param files paths of all changed, added and removed files, relative to the scanned folder; renamed ones with
     *     both names; files outside that folder start with {@code ../}
     */
    record Files(String since, List<String> files) implements Changes {
        public Files {
            files = List.copyOf(files);
        }
    }

    /**
     * Nothing is known, so everything may have changed.
     *
     * @param reason why, as half a sentence: {@code it was never delivered}
     */
    record Unknown(String reason) implements Changes {}
}
