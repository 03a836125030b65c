package dev.octavo.engine.preflight.script;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A piece of a pipeline's code, with its place. */
public sealed interface Code {
    /** Where it is written. */
    Span span();

    /** What it is made of, in the order in which it is written. */
    List<Code> children();

    /** Hands itself and all that it is made of to a visitor. */
    default void each(Consumer<Code> visitor) {
        visitor.accept(this);
        children().forEach(child -> child.each(visitor));
    }

    /**
     * A text in quotes.
     *
     * @param quote what it begins with: {@code '}, {@code "}, three of them, {@code /} or {@code $/}
     */
    record Text(Span span, String quote, List<Piece> pieces) implements Code {
        public Text {
            pieces = List.copyOf(pieces);
        }

        @Override
        public List<Code> children() {
            return pieces.stream()
                    .flatMap(piece -> piece instanceof Inserted inserted ? Stream.of(inserted.code()) : Stream.of())
                    .toList();
        }

        /** The text where nothing is inserted into it, else null. */
        public @Nullable String constant() {
            StringBuilder value = new StringBuilder();
            for (Piece piece : pieces) {
                if (!(piece instanceof Written written)) {
                    return null;
                }
                value.append(written.value());
            }
            return value.toString();
        }

        /** Whether Groovy replaces {@code $} in it. */
        public boolean interpolates() {
            return !quote.startsWith("'");
        }
    }

    /** A part of a {@link Text}. */
    sealed interface Piece {}

    /**
     * Characters as they are meant.
     *
     * @param offsets where each of them is written
     */
    record Written(String value, Offsets offsets) implements Piece {}

    /**
     * A value put into the text.
     *
     * @param span with the dollar sign and the braces
     */
    record Inserted(Span span, Code code) implements Piece {}

    /** A variable. */
    record Name(Span span, String name) implements Code {
        @Override
        public List<Code> children() {
            return List.of();
        }
    }

    /** A part of an object: {@code env.NAME}; the name is {@code ""} where it is computed. */
    record Property(Span span, Code object, String name) implements Code {
        @Override
        public List<Code> children() {
            return List.of(object);
        }

        /** Whether it is a property of the variable of that name. */
        public boolean of(String variable) {
            return object instanceof Name name && name.name().equals(variable);
        }
    }

    /**
     * A call, such as a step.
     *
     * @param span from its name or its receiver to its end
     * @param place the name alone
     * @param name {@code ""} where it is computed
     * @param arguments without names, blocks too
     * @param named by their names
     */
    record Call(
            Span span, Span place, @Nullable Code receiver, String name, List<Code> arguments, Map<String, Code> named)
            implements Code {
        public Call {
            arguments = List.copyOf(arguments);
            named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
        }

        @Override
        public List<Code> children() {
            List<Code> children = new ArrayList<>();
            if (receiver != null) {
                children.add(receiver);
            }
            children.addAll(named.values());
            children.addAll(arguments);
            return children;
        }

        /** Whether it is a step or directive of that name: a call on no object. */
        public boolean is(String step) {
            return receiver == null && name.equals(step);
        }

        /** The last argument where that is a block. */
        public @Nullable Block block() {
            Code last = arguments.isEmpty() ? null : arguments.get(arguments.size() - 1);
            return last instanceof Block block ? block : null;
        }

        /** The argument of a name, or the first without one that is no block. */
        public @Nullable Code argument(String argument) {
            Code given = named.get(argument);
            if (given == null && !arguments.isEmpty() && !(arguments.get(0) instanceof Block)) {
                given = arguments.get(0);
            }
            return given;
        }

        /** The constant text of an argument, or null. */
        public @Nullable String text(String argument) {
            return argument(argument) instanceof Text text ? text.constant() : null;
        }
    }

    /** A closure. */
    record Block(Span span, List<String> parameters, List<Code> statements) implements Code {
        public Block {
            parameters = List.copyOf(parameters);
            statements = List.copyOf(statements);
        }

        @Override
        public List<Code> children() {
            return statements;
        }

        /** The calls among its statements. */
        public List<Call> calls() {
            return statements.stream()
                    .flatMap(each -> each instanceof Call call ? Stream.of(call) : Stream.of())
                    .toList();
        }
    }

    /** A list. */
    record Items(Span span, List<Code> items) implements Code {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public List<Code> children() {
            return items;
        }
    }

    /** A map with constant keys. */
    record Entries(Span span, Map<String, Code> entries) implements Code {
        public Entries {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public List<Code> children() {
            return List.copyOf(entries.values());
        }
    }

    /** Two values and what is between them, {@code =} too. */
    record Operation(Span span, String operator, Code left, Code right) implements Code {
        @Override
        public List<Code> children() {
            return List.of(left, right);
        }
    }

    /** {@code def name = value}; the value is null where there is none. */
    record Declaration(
            Span span, List<String> names, @Nullable Code value) implements Code {
        public Declaration {
            names = List.copyOf(names);
        }

        @Override
        public List<Code> children() {
            return value == null ? List.of() : List.of(value);
        }
    }

    /** An {@code if}, or a choice by {@code ?}. */
    record Choice(
            Span span, Code condition, Code then, @Nullable Code otherwise) implements Code {
        @Override
        public List<Code> children() {
            return otherwise == null ? List.of(condition, then) : List.of(condition, then, otherwise);
        }
    }

    /** A {@code try}. */
    record Attempt(
            Span span,
            Code body,
            List<Handler> handlers,
            @Nullable Code lastly) implements Code {
        public Attempt {
            handlers = List.copyOf(handlers);
        }

        @Override
        public List<Code> children() {
            List<Code> children = new ArrayList<>();
            children.add(body);
            handlers.forEach(handler -> children.add(handler.body()));
            if (lastly != null) {
                children.add(lastly);
            }
            return children;
        }
    }

    /**
     * A {@code catch}.
     *
     * @param type what it catches, without its package
     */
    record Handler(Span span, String type, String variable, Block body) {}

    /** {@code return} or {@code throw}. */
    record Exit(Span span, String kind, @Nullable Code value) implements Code {
        @Override
        public List<Code> children() {
            return value == null ? List.of() : List.of(value);
        }
    }

    /** A number, a truth value, or null. */
    record Constant(Span span, @Nullable Object value) implements Code {
        @Override
        public List<Code> children() {
            return List.of();
        }
    }

    /** Anything else; {@code defines} are the variables that it brings, such as a loop's. */
    record Other(Span span, List<String> defines, List<Code> parts) implements Code {
        public Other {
            defines = List.copyOf(defines);
            parts = List.copyOf(parts);
        }

        @Override
        public List<Code> children() {
            return parts;
        }
    }
}
