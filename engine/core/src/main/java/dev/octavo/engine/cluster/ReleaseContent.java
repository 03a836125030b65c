package dev.octavo.engine.cluster;

import dev.octavo.engine.api.SecretValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JacksonException;

/**
 * What a release consists of.
 *
 * @param objects as they were applied, Secrets too
 * @param kept what earlier releases brought and nobody has deleted, though it is not in the manifests any more
 * @param secrets values in the objects that are not to be shown
 */
record ReleaseContent(List<ManifestObject> objects, List<ObjectRef> kept, List<SecretValue> secrets) {
    static final ReleaseContent EMPTY = new ReleaseContent(List.of(), List.of());

    /** What a stored release may grow to when it is unpacked. */
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    ReleaseContent {
        objects = List.copyOf(objects);
        kept = List.copyOf(kept);
        secrets = List.copyOf(secrets);
    }

    ReleaseContent(List<ManifestObject> objects, List<ObjectRef> kept) {
        this(objects, kept, List.of());
    }

    /** {@code sha256:...} over the objects. */
    String digest() {
        return Fingerprint.of(objects.stream().map(ManifestObject::content).toList());
    }

    /** Everything that belongs to the release. */
    List<ObjectRef> inventory() {
        List<ObjectRef> all = new ArrayList<>();
        objects.forEach(object -> all.add(ObjectRef.of(object)));
        all.addAll(kept);
        return all;
    }

    /** What is deployed to go back to it. A Job has run, and what it did is not undone by running an older one. */
    Manifests withoutJobs() {
        List<ManifestObject> rest = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (ManifestObject object : objects) {
            if (ObjectRef.of(object).isJob()) {
                warnings.add(object.title() + " is not run again");
            } else {
                rest.add(object);
            }
        }
        return new Manifests(rest, List.of(), List.of(), warnings);
    }

    byte[] pack() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("objects", objects.stream().map(ReleaseContent::tree).toList());
        tree.put("kept", kept);
        tree.put("secrets", secrets.stream().map(SecretValue::reveal).toList());
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(Json.bytes(tree));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static Map<String, Object> tree(ManifestObject object) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("namespace", object.namespace());
        tree.put("file", object.file());
        tree.put("line", object.line());
        tree.put("content", object.content());
        return tree;
    }

    /** @throws IOException with a sentence, where it is not what {@link #pack} makes */
    static ReleaseContent unpack(byte[] packed) throws IOException {
        Map<String, Object> tree;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("it is larger than " + MAX_BYTES / 1024 / 1024 + " MB");
            }
            tree = Json.parse(bytes);
        } catch (JacksonException e) {
            throw new IOException("its content is not JSON", e);
        }
        List<ManifestObject> objects = new ArrayList<>();
        for (Map<String, Object> each : Tree.maps(tree, "objects")) {
            objects.add(object(each));
        }
        List<ObjectRef> kept = new ArrayList<>();
        for (Map<String, Object> each : Tree.maps(tree, "kept")) {
            kept.add(new ObjectRef(
                    Tree.text(each, "apiVersion"),
                    Tree.text(each, "kind"),
                    Tree.text(each, "namespace"),
                    Tree.text(each, "name")));
        }
        List<SecretValue> secrets = Tree.list(tree, "secrets").stream()
                .map(secret -> new SecretValue(String.valueOf(secret)))
                .toList();
        return new ReleaseContent(objects, kept, secrets);
    }

    private static ManifestObject object(Map<String, Object> tree) throws IOException {
        Map<String, Object> content = Tree.map(tree, "content");
        String apiVersion = Tree.text(content, "apiVersion");
        String kind = Tree.text(content, "kind");
        String name = Tree.text(content, "metadata", "name");
        if (apiVersion.isEmpty() || kind.isEmpty() || name.isEmpty()) {
            throw new IOException("it has an object without apiVersion, kind or name");
        }
        return new ManifestObject(
                apiVersion, kind, Tree.text(tree, "namespace"), name, content, Tree.text(tree, "file"), (int)
                        Tree.number(tree, 0, "line"));
    }
}
