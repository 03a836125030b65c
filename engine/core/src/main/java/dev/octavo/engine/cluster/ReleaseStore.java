package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.cluster.Release.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps releases in the cluster: a Secret for each, and more where one is too small. All but the manifests is in labels
 * and one annotation, so a list of releases needs none of their content.
 */
final class ReleaseStore {
    /** The format; a reader refuses one that is newer than it knows. */
    static final int SCHEMA = 1;

    /** The server takes 1 MiB of data in a Secret. */
    private static final int PART_BYTES = 900 * 1024;

    private static final int MAX_PARTS = 8;
    private static final int PAGE = 500;
    /** Of Secrets with their content. */
    private static final int FULL_PAGE = 50;
    /** From here on contents are listed instead of read one by one. */
    private static final int LISTED_FROM = 8;
    /** A list that expired is begun anew this often; then it is asked for as a whole. */
    private static final int MAX_LISTS = 3;

    private static final String METADATA_ONLY =
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
    private static final String MERGE = "application/merge-patch+json";
    private static final String PERMISSION =
            "grant the user get, list, create, patch and delete on Secrets there: they keep the releases";

    private final ClusterClient client;

    ReleaseStore(ClusterClient client) {
        this.client = client;
    }

    /**
     * Releases as they were found.
     *
     * @param releases the newest first
     * @param problems Secrets that look like releases and cannot be read as such, with the reason
     * @param highest the highest number that is taken, by a readable one or not; -1 for none
     */
    record Found(List<Release> releases, List<String> problems, int highest) {
        Found {
            releases = List.copyOf(releases);
            problems = List.copyOf(problems);
        }

        static final Found NONE = new Found(List.of(), List.of(), -1);
    }

    private static String path(String namespace) {
        return "/api/v1/namespaces/" + ResourceType.escape(namespace) + "/secrets";
    }

    private static String path(Release release, int part) {
        return path(release.namespace()) + "/" + ReleaseNames.secret(release, part);
    }

    // --------------------------------------------------------------------------------------------------------- read

    /**
     * Lists releases, without their manifests.
     *
     * @param namespace {@code ""} for all
     * @param application {@code ""} for all, and so on
     */
    Found list(String namespace, String application, String environment) {
        List<String> selector = new ArrayList<>(List.of(ReleaseNames.NUMBER, "!" + ReleaseNames.PART));
        if (!application.isEmpty()) {
            selector.add(ReleaseNames.APPLICATION + "=" + ReleaseNames.label(application));
        }
        if (!environment.isEmpty()) {
            selector.add(ReleaseNames.ENVIRONMENT + "=" + ReleaseNames.label(environment));
        }
        List<Map<String, Object>> items = items(namespace, selector, METADATA_ONLY, PAGE);
        List<Release> releases = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        int highest = -1;
        for (Map<String, Object> item : items) {
            highest = Math.max(highest, number(item));
            try {
                releases.add(release(item));
            } catch (IOException e) {
                problems.add("Secret/" + Tree.text(item, "metadata", "name") + " in "
                        + Tree.text(item, "metadata", "namespace") + " is no release that can be read: "
                        + e.getMessage());
            }
        }
        releases.sort(Comparator.comparing(Release::application)
                .thenComparing(Release::environment)
                .thenComparing(Release::namespace)
                .thenComparing(Comparator.comparingInt(Release::number).reversed()));
        return new Found(releases, problems, highest);
    }

    /** All Secrets with these labels, a page at a time; none where the namespace is not there. */
    private List<Map<String, Object>> items(String namespace, List<String> selector, String accept, int page) {
        String path = (namespace.isEmpty() ? "/api/v1/secrets" : path(namespace)) + "?labelSelector="
                + ResourceType.escape(String.join(",", selector));
        List<Map<String, Object>> items = new ArrayList<>();
        int expired = 0;
        String next = "";
        do {
            String limit = expired < MAX_LISTS ? "&limit=" + page : "";
            String from = next.isEmpty() ? "" : "&continue=" + ResourceType.escape(next);
            Answer answer = client.request("GET", path + limit + from, null, "", accept);
            if (answer.notFound()) {
                return List.of();
            }
            if (answer.code() == 410 && !next.isEmpty()) {
                expired++;
                items.clear();
                next = "";
                continue;
            }
            if (!answer.ok()) {
                throw refused("The releases cannot be listed", namespace, answer);
            }
            items.addAll(Tree.maps(answer.body(), "items"));
            next = Tree.text(answer.body(), "metadata", "continue");
            if (next.isEmpty()) {
                return items;
            }
        } while (true);
    }

    private static int number(Map<String, Object> secret) {
        String text = Tree.text(secret, "metadata", "labels", ReleaseNames.NUMBER);
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
    }

    private static Release release(Map<String, Object> secret) throws IOException {
        Map<String, Object> about = Json.parseOrEmpty(Tree.text(secret, "metadata", "annotations", ReleaseNames.ABOUT));
        long schema = Tree.number(about, -1, "schema");
        if (schema < 1 || number(secret) < 0) {
            throw new IOException("it does not say what it is (annotation " + ReleaseNames.ABOUT + ")");
        }
        if (schema > SCHEMA) {
            throw new IOException("a newer Octavo wrote it (format " + schema + ", this one knows " + SCHEMA + ")");
        }
        try {
            Map<String, String> facts = new LinkedHashMap<>();
            Tree.map(about, "facts").forEach((name, value) -> facts.put(name, String.valueOf(value)));
            Instant finished = instant(Tree.text(about, "finished"));
            Instant started = instant(Tree.text(about, "started"));
            return new Release(
                    Tree.text(about, "application"),
                    Tree.text(about, "environment"),
                    Tree.text(secret, "metadata", "namespace"),
                    number(secret),
                    status(Tree.text(secret, "metadata", "labels", ReleaseNames.STATUS)),
                    Tree.text(about, "description"),
                    facts,
                    Tree.list(about, "images").stream().map(String::valueOf).toList(),
                    Tree.text(about, "manifests"),
                    (int) Tree.number(about, 0, "objects"),
                    (int) Tree.number(about, -1, "rollbackTo"),
                    started == null ? Instant.EPOCH : started,
                    finished);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IOException("its state is garbled", e);
        }
    }

    private static @Nullable Instant instant(String text) {
        return text.isEmpty() ? null : Instant.parse(text);
    }

    private static Status status(String text) {
        return Status.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /**
     * Reads what a release consists of.
     *
     * @throws EngineException {@link ErrorCode#DEPLOY_RELEASE} where it is not whole
     */
    ReleaseContent read(Release release) {
        try {
            return content(release, secret(release, 0));
        } catch (IOException e) {
            throw unreadable(release, e);
        }
    }

    private ReleaseContent content(Release release, Map<String, Object> first) throws IOException {
        byte[] begin = data(first);
        int parts = parts(Tree.text(first, "metadata", "annotations", ReleaseNames.PARTS));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(begin);
        for (int part = 1; part < parts; part++) {
            all.write(data(secret(release, part)));
        }
        ReleaseContent content = ReleaseContent.unpack(all.toByteArray());
        if (!content.digest().equals(release.manifests())) {
            throw new IOException("its manifests are not those that were stored");
        }
        return content;
    }

    private static EngineException unreadable(Release release, IOException e) {
        return new EngineException(
                ErrorCode.DEPLOY_RELEASE,
                "The manifests of " + release.title() + " of " + release.application() + " cannot be read",
                "Secret/" + ReleaseNames.secret(release, 0) + " in " + release.namespace(),
                String.valueOf(e.getMessage()),
                "choose another release; \"octavo history\" lists them",
                e);
    }

    /** A content that is read when it is asked for. */
    @FunctionalInterface
    interface Reading {
        /** @throws EngineException as {@link ReleaseStore#read} does */
        ReleaseContent content();
    }

    /** Reads what many releases consist of; those that run are listed where they are many. */
    Map<Release, Reading> readAll(List<Release> releases) {
        Map<String, List<Release>> byNamespace = new LinkedHashMap<>();
        releases.forEach(each -> byNamespace
                .computeIfAbsent(each.namespace(), unused -> new ArrayList<>())
                .add(each));
        Map<Release, Reading> all = new LinkedHashMap<>();
        byNamespace.forEach((namespace, there) -> {
            Map<String, Map<String, Object>> listed = there.size() < LISTED_FROM ? Map.of() : running(namespace);
            List<Reading> readings = client.each(there, each -> {
                Map<String, Object> first = listed.get(ReleaseNames.secret(each, 0));
                return reading(each, first);
            });
            for (int i = 0; i < there.size(); i++) {
                all.put(there.get(i), readings.get(i));
            }
        });
        return all;
    }

    private Reading reading(Release release, @Nullable Map<String, Object> first) {
        try {
            ReleaseContent content = first == null ? read(release) : content(release, first);
            return () -> content;
        } catch (IOException e) {
            return () -> {
                throw unreadable(release, e);
            };
        } catch (EngineException e) {
            return () -> {
                throw e;
            };
        }
    }

    private Map<String, Map<String, Object>> running(String namespace) {
        Map<String, Map<String, Object>> running = new LinkedHashMap<>();
        List<String> selector = List.of(
                ReleaseNames.NUMBER, "!" + ReleaseNames.PART, ReleaseNames.STATUS + "=" + Status.DEPLOYED.text());
        items(namespace, selector, "", FULL_PAGE)
                .forEach(item -> running.put(Tree.text(item, "metadata", "name"), item));
        return running;
    }

    /** The secrets of a release; none where it cannot be read. */
    List<SecretValue> secrets(Release release) {
        try {
            return read(release).secrets();
        } catch (EngineException e) {
            if (e.code() != ErrorCode.DEPLOY_RELEASE) {
                throw e;
            }
            return List.of();
        }
    }

    private static int parts(String text) throws IOException {
        int parts = text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
        if (parts < 1 || parts > MAX_PARTS) {
            throw new IOException("it does not say how many parts it has (annotation " + ReleaseNames.PARTS + ")");
        }
        return parts;
    }

    private Map<String, Object> secret(Release release, int part) throws IOException {
        Answer answer = client.get(path(release, part));
        if (answer.notFound()) {
            throw new IOException("part " + (part + 1) + " of it is gone");
        }
        if (!answer.ok()) {
            throw refused("The " + release.title() + " cannot be read", release.namespace(), answer);
        }
        return answer.body();
    }

    private static byte[] data(Map<String, Object> secret) throws IOException {
        try {
            return Base64.getDecoder().decode(Tree.text(secret, "data", "release"));
        } catch (IllegalArgumentException e) {
            throw new IOException("its data is garbled", e);
        }
    }

    // -------------------------------------------------------------------------------------------------------- write

    /**
     * Stores a new release.
     *
     * @throws EngineException {@link ErrorCode#DEPLOY_RELEASE} where it is too large, or its number is taken
     */
    void create(Release release, ReleaseContent content) {
        byte[] packed = content.pack();
        int parts = Math.max(1, (packed.length + PART_BYTES - 1) / PART_BYTES);
        if (parts > MAX_PARTS) {
            throw new EngineException(
                    ErrorCode.DEPLOY_RELEASE,
                    "The release is too large to be stored, so nothing was written",
                    release.application() + " in " + release.namespace(),
                    "its manifests have " + packed.length / 1024 + " KiB when compressed, and "
                            + MAX_PARTS * PART_BYTES / 1024 + " KiB is the limit",
                    "move large files out of ConfigMaps and Secrets, or deliver them as several microservices");
        }
        // the first one last: without it the others are not seen
        for (int part = parts - 1; part >= 0; part--) {
            byte[] piece =
                    Arrays.copyOfRange(packed, part * PART_BYTES, Math.min(packed.length, (part + 1) * PART_BYTES));
            post(release, part, parts, piece);
        }
    }

    private void post(Release release, int part, int parts, byte[] piece) {
        Map<String, Object> labels = labels(release);
        Map<String, Object> annotations = new LinkedHashMap<>();
        if (part > 0) {
            labels.put(ReleaseNames.PART, String.valueOf(part));
        } else {
            annotations.put(ReleaseNames.ABOUT, about(release));
            annotations.put(ReleaseNames.PARTS, String.valueOf(parts));
        }
        Map<String, Object> secret = Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "metadata",
                Map.of(
                        "name",
                        ReleaseNames.secret(release, part),
                        "namespace",
                        release.namespace(),
                        "labels",
                        labels,
                        "annotations",
                        annotations),
                "type",
                ReleaseNames.TYPE,
                "data",
                Map.of("release", Base64.getEncoder().encodeToString(piece)));
        Answer answer = client.request("POST", path(release.namespace()), secret, "application/json", "");
        if (answer.code() == 409 && part > 0) {
            // left by a run that was killed between the parts
            Answer unused = client.delete(path(release, part));
            answer = client.request("POST", path(release.namespace()), secret, "application/json", "");
        }
        if (answer.code() == 409 && isMine(release)) {
            return; // the answer to the first attempt was lost
        }
        if (!answer.ok()) {
            throw refused("The " + release.title() + " cannot be stored", release.namespace(), answer);
        }
    }

    private boolean isMine(Release release) {
        Answer there = client.get(path(release, 0));
        Map<String, Object> about =
                Json.parseOrEmpty(Tree.text(there.body(), "metadata", "annotations", ReleaseNames.ABOUT));
        return Tree.text(about, "started").equals(release.started().toString())
                && Tree.text(about, "manifests").equals(release.manifests());
    }

    private static Map<String, Object> labels(Release release) {
        Map<String, Object> labels = new LinkedHashMap<>();
        labels.put("app.kubernetes.io/managed-by", "octavo");
        labels.put(ReleaseNames.APPLICATION, ReleaseNames.label(release.application()));
        labels.put(ReleaseNames.ENVIRONMENT, ReleaseNames.label(release.environment()));
        labels.put(ReleaseNames.NUMBER, String.valueOf(release.number()));
        labels.put(ReleaseNames.STATUS, release.status().text());
        return labels;
    }

    private static String about(Release release) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("schema", SCHEMA);
        about.put("application", release.application());
        about.put("environment", release.environment());
        about.put("description", release.description());
        about.put("facts", release.facts());
        about.put("images", release.images());
        about.put("manifests", release.manifests());
        about.put("objects", release.objects());
        about.put("rollbackTo", release.rollbackTo());
        about.put("started", release.started().toString());
        about.put(
                "finished", release.finished() == null ? "" : release.finished().toString());
        return Json.text(about);
    }

    /** Writes what became of a release; its manifests stay as they are. */
    void update(Release release) {
        Map<String, Object> patch = Map.of(
                "metadata",
                Map.of(
                        "labels",
                        Map.of(ReleaseNames.STATUS, release.status().text()),
                        "annotations",
                        Map.of(ReleaseNames.ABOUT, about(release))));
        Answer answer = client.request("PATCH", path(release, 0), patch, MERGE, "");
        if (!answer.ok() && !answer.notFound()) {
            throw refused("The " + release.title() + " cannot be brought up to date", release.namespace(), answer);
        }
    }

    /** Forgets a release. */
    void delete(Release release) {
        // the first one first: what is left after a crash is not seen
        Answer first = client.delete(path(release, 0));
        if (!first.ok() && !first.notFound()) {
            throw refused("The " + release.title() + " cannot be deleted", release.namespace(), first);
        }
        String selector = String.join(
                ",",
                ReleaseNames.PART,
                ReleaseNames.APPLICATION + "=" + ReleaseNames.label(release.application()),
                ReleaseNames.ENVIRONMENT + "=" + ReleaseNames.label(release.environment()),
                ReleaseNames.NUMBER + "=" + release.number());
        Answer rest = client.request(
                "GET",
                path(release.namespace()) + "?labelSelector=" + ResourceType.escape(selector),
                null,
                "",
                METADATA_ONLY);
        int parts = Tree.list(rest.body(), "items").size();
        IntStream.rangeClosed(1, parts).forEach(part -> {
            Answer unused = client.delete(path(release, part));
        });
    }

    private EngineException refused(String what, String namespace, Answer answer) {
        String where = client.server() + (namespace.isEmpty() ? "" : ", namespace " + namespace);
        if (answer.notPermitted()) {
            return new EngineException(ErrorCode.CLUSTER_UNAUTHORIZED, what, where, answer.message(), PERMISSION);
        }
        return new EngineException(
                answer.passing() ? ErrorCode.CLUSTER_UNREACHABLE : ErrorCode.DEPLOY_RELEASE,
                what,
                where,
                answer.message(),
                "run it again when the cluster is well");
    }
}
