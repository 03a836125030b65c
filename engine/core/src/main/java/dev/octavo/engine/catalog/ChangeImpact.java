package dev.octavo.engine.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which services a changed file concerns. A file that belongs to a module concerns what is built from that
 * module; one that belongs to an aggregator or to nobody, all that it may be used by.
 */
final class ChangeImpact {
    private static final Set<String> DOCUMENT_ENDINGS = Set.of(".md", ".adoc", ".rst");
    private static final Set<String> DOCUMENTS =
            Set.of("license", "notice", "authors", ".gitignore", ".gitattributes", ".editorconfig", "codeowners");
    private static final Set<String> DOCUMENT_FOLDERS = Set.of("docs", "doc");

    private final ModuleGraph graph;
    /** Folders that own the files below them. */
    private final Set<String> owners = new HashSet<>();

    private final Set<String> staticOwners = new HashSet<>();

    ChangeImpact(ModuleGraph graph, List<Microservice> services) {
        this.graph = graph;
        graph.modules().forEach(module -> owners.add(module.directory()));
        for (Microservice service : services) {
            owners.add(service.directory());
            if (service.kind() == ServiceKind.STATIC) {
                staticOwners.add(service.directory());
            }
        }
    }

    /** Why a service is concerned; empty where it is not. */
    Optional<String> reason(Microservice service, Changes changes) {
        if (changes instanceof Changes.Unknown unknown) {
            return Optional.of("what changed is not known: " + unknown.reason());
        }
        Changes.Files known = (Changes.Files) changes;
        String first = null;
        int more = 0;
        for (String file : known.files()) {
            String reason = reason(service, file);
            if (reason != null) {
                if (first == null) {
                    first = reason;
                } else {
                    more++;
                }
            }
        }
        if (first == null) {
            return Optional.empty();
        }
        String others = more == 0 ? "" : more == 1 ? ", and 1 more file" : ", and " + more + " more files";
        return Optional.of(first + others + ", since " + known.since());
    }

    private @Nullable String reason(Microservice service, String file) {
        String owner = owner(file);
        if (isDocument(file, owner)) {
            return null;
        }
        if (owner == null) {
            return file + " changed, which every service may use";
        }
        if (service.directory().equals(owner)) {
            return file + " changed";
        }
        if (service.modules().contains(owner)) {
            return file + " changed, and it is built from " + owner;
        }
        if (graph.parents(service.modules()).contains(owner)) {
            return file + " changed, and it inherits from " + owner;
        }
        boolean shared = (owner.equals(SourceTree.ROOT) && !isLeaf(owner))
                || graph.reactor(owner).contains(service.directory());
        return shared ? file + " changed, which the services below " + place(owner) + " share" : null;
    }

    /** The nearest module or service above a file. */
    private @Nullable String owner(String file) {
        if (file.startsWith("../") || file.startsWith("/")) {
            return null;
        }
        String directory = file;
        do {
            directory = SourceTree.parent(directory);
            if (owners.contains(directory)) {
                return directory;
            }
        } while (!directory.equals(SourceTree.ROOT));
        return null;
    }

    private boolean isLeaf(String owner) {
        Module module = graph.module(owner);
        return module == null || !module.aggregates();
    }

    private static String place(String owner) {
        return owner.equals(SourceTree.ROOT) ? "the top folder" : owner;
    }

    /** Whether a file is for people and part of no build. */
    private boolean isDocument(String file, @Nullable String owner) {
        if (owner != null && (staticOwners.contains(owner) || file.contains("/src/") || file.startsWith("src/"))) {
            return false;
        }
        String name = SourceTree.name(file).toLowerCase(Locale.ROOT);
        boolean inDocuments = (owner == null || owner.equals(SourceTree.ROOT))
                && file.indexOf('/') > 0
                && DOCUMENT_FOLDERS.contains(file.substring(0, file.indexOf('/')));
        return inDocuments
                || DOCUMENT_ENDINGS.stream().anyMatch(name::endsWith)
                || DOCUMENTS.contains(name.replaceFirst("\\.(txt|md)$", ""));
    }
}
