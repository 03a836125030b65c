package dev.octavo.engine.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares one input of an operation, on a component of its request record.
 *
 * <p>The command's option, the plugin's field, the library's argument and the reference are made from it or checked
 * against it. The name is the component's: {@code sonarUrl} in Groovy, {@code --sonar-url} on the command line.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Input {
    /** What it is, as a sentence without a full stop. */
    String value();

    /** Whether the operation cannot do without. */
    boolean required() default false;

    /** The value used when none is given, as it would be typed. */
    String defaultValue() default "";

    /** The environment variable that gives the value where no option does; the only way in for a secret. */
    String environment() default "";
}
