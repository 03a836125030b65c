package dev.octavo.engine.supply;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What must be proven of an image.
 *
 * @param parts which statements it must have
 * @param commit what its provenance must name; "" for any
 * @param builder what its provenance must name; "" for any
 */
public record Demand(Set<Part> parts, String commit, String builder) {
    /** A statement about an image. */
    public enum Part {
        SIGNATURE,
        PROVENANCE,
        SBOM
    }

    public Demand {
        parts = parts.isEmpty() ? EnumSet.allOf(Part.class) : EnumSet.copyOf(parts);
    }

    /** All three, with provenance of a commit. */
    public static Demand all(String commit) {
        return new Demand(EnumSet.allOf(Part.class), commit, "");
    }

    /**
     * The parts by their names; all where none is named.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_INVALID} for another name
     */
    public static Set<Part> parts(List<String> names) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        for (String name : names) {
            try {
                parts.add(Part.valueOf(name.strip().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        "\"" + name + "\" is nothing that can be verified",
                        "require",
                        "there are " + Arrays.toString(Part.values()).toLowerCase(Locale.ROOT),
                        "correct it",
                        e);
            }
        }
        return parts.isEmpty() ? EnumSet.allOf(Part.class) : parts;
    }
}
