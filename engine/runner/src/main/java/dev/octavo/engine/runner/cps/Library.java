package dev.octavo.engine.runner.cps;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** {@code @Library('name@version') _} in a Jenkinsfile. */
@Retention(RetentionPolicy.SOURCE)
@Target({ElementType.LOCAL_VARIABLE, ElementType.PACKAGE, ElementType.TYPE, ElementType.FIELD})
public @interface Library {
    /** The libraries' names, each with its version after {@code @}. */
    String[] value();

    /** Whether the changes of the library belong to the build's; means nothing here. */
    boolean changelog() default true;
}
