package dev.octavo.engine.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the digests of the images that a run has built into the manifests, so that nothing else can run. */
public final class ImagePins {
    private static final Pattern REFERENCE = Pattern.compile(
            "(?<repository>[^@]+?)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>[a-z0-9]+:[0-9a-f]+))?");
    private static final List<String> CONTAINER_LISTS = List.of("initContainers", "containers", "ephemeralContainers");

    private final Map<String, String> digests;
    private Map<String, String> foreign = Map.of();

    /** @param digests repository ({@code registry.example/shop/orders}) to digest ({@code sha256:...}) */
    public ImagePins(Map<String, String> digests) {
        Map<String, String> normal = new LinkedHashMap<>();
        digests.forEach((repository, digest) -> normal.put(normalized(repository), digest));
        this.digests = Map.copyOf(normal);
    }

    /**
     * Manifests with digests.
     *
     * @param images every image that a container of them names, in order
     */
    public record Pinned(List<ManifestObject> objects, List<ImageUse> images, List<String> warnings) {
        public Pinned {
            objects = List.copyOf(objects);
            images = List.copyOf(images);
            warnings = List.copyOf(warnings);
        }
    }

    /** Pins the images that others have built too, as far as their digests can be told. */
    public Pinned pin(List<ManifestObject> objects, TagDigests tags) {
        Pinned own = pin(objects);
        List<String> open = own.images().stream()
                .filter(each -> !each.pinned() && !each.image().contains("@"))
                .map(ImageUse::image)
                .distinct()
                .toList();
        TagDigests.Known known = open.isEmpty() ? new TagDigests.Known(Map.of(), List.of()) : tags.find(open);
        if (known.digests().isEmpty()) {
            return with(own, known);
        }
        ImagePins all = new ImagePins(digests);
        all.foreign = known.digests();
        return with(all.pin(objects), known);
    }

    private static Pinned with(Pinned pinned, TagDigests.Known known) {
        List<String> warnings = new ArrayList<>(pinned.warnings());
        warnings.addAll(known.warnings());
        return new Pinned(pinned.objects(), pinned.images(), warnings);
    }

    /** Pins the images of all containers, init and ephemeral ones too, in every kind that has a pod template. */
    public Pinned pin(List<ManifestObject> objects) {
        List<ManifestObject> pinned = new ArrayList<>();
        List<ImageUse> images = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (ManifestObject object : objects) {
            Map<String, Object> content = Tree.copy(object.content());
            int before = images.size();
            walk(object, content, images, warnings);
            pinned.add(images.size() == before ? object : object.withContent(content));
        }
        return new Pinned(pinned, images, warnings);
    }

    private void walk(ManifestObject object, Object node, List<ImageUse> images, List<String> warnings) {
        if (node instanceof List<?> list) {
            for (Object item : list) {
                if (item != null) {
                    walk(object, item, images, warnings);
                }
            }
        } else if (node instanceof Map<?, ?>) {
            Map<String, Object> map = Tree.map(node);
            for (String key : CONTAINER_LISTS) {
                for (Map<String, Object> container : Tree.maps(map, key)) {
                    if (!Tree.text(container, "image").isEmpty()) {
                        images.add(pin(object, container, warnings));
                    }
                }
            }
            for (Object value : map.values()) {
                if (value != null) {
                    walk(object, value, images, warnings);
                }
            }
        }
    }

    private ImageUse pin(ManifestObject object, Map<String, Object> container, List<String> warnings) {
        String image = Tree.text(container, "image");
        String name = Tree.text(container, "name");
        String place = object.title() + ", container " + name + " (" + object.place() + ")";
        Matcher matcher = REFERENCE.matcher(image);
        if (!matcher.matches()) {
            return new ImageUse(object.title(), name, image, false);
        }
        String repository = matcher.group("repository");
        String tag = matcher.group("tag") == null ? "" : matcher.group("tag");
        String written = matcher.group("digest");
        String digest = digests.get(normalized(repository));
        String told = foreign.get(image);
        if (digest == null && told != null) {
            container.put("image", image + "@" + told);
            return new ImageUse(object.title(), name, image + "@" + told, false);
        }
        if (digest == null) {
            boolean floating = written == null && (tag.isEmpty() || tag.equals("latest"));
            if (floating && Tree.text(container, "imagePullPolicy").equals("IfNotPresent")) {
                warnings.add(
                        place + ": " + image + " with imagePullPolicy IfNotPresent runs whatever a node pulled once");
            }
            return new ImageUse(object.title(), name, image, false);
        }
        if (written != null && !written.equals(digest)) {
            warnings.add(place + ": " + image + " names another digest than the run built (" + digest
                    + "), and keeps its own");
            return new ImageUse(object.title(), name, image, false);
        }
        String pinned = repository + (tag.isEmpty() ? "" : ":" + tag) + "@" + digest;
        container.put("image", pinned);
        return new ImageUse(object.title(), name, pinned, true);
    }

    /** Docker Hub's short names written out, so that {@code shop/orders} and {@code docker.io/shop/orders} are one. */
    private static String normalized(String repository) {
        int slash = repository.indexOf('/');
        String first = slash < 0 ? "" : repository.substring(0, slash);
        boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
        if (host) {
            return repository.startsWith("index.docker.io/")
                    ? "docker.io/" + repository.substring("index.docker.io/".length())
                    : repository;
        }
        return "docker.io/" + (slash < 0 ? "library/" : "") + repository;
    }
}
