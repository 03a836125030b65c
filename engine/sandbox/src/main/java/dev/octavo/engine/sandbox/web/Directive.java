package dev.octavo.engine.sandbox.web;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directive of nginx's configuration.
 *
 * @param block what is between its braces; empty without
 */
record Directive(String name, List<String> words, List<Directive> block, String file, int line) {
    Stream<Directive> all(String wanted) {
        return block.stream().filter(each -> each.name().equals(wanted));
    }

    Optional<Directive> last(String wanted) {
        return all(wanted).reduce((first, second) -> second);
    }

    String word(int index) {
        if (index >= words.size()) {
            throw new ConfigurationException(this, "has too few words");
        }
        return words.get(index);
    }

    /** What the configuration says and the stand-in cannot do, with its place. */
    static final class ConfigurationException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ConfigurationException(Directive directive, String why) {
            super(directive.file() + ":" + directive.line() + ": \"" + directive.name() + "\" " + why);
        }

        ConfigurationException(String file, int line, String why) {
            super(file + ":" + line + ": " + why);
        }
    }
}
