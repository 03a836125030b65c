/**
 * Tells people, by the robots of their chats and by mail. Nothing that it cannot deliver stops anything.
 *
 * <p>Depends on {@code api}, and on {@code image.registry} for proxies; on Jackson and Jakarta Mail.
 */
@NullMarked
package dev.octavo.engine.notice;

import org.jspecify.annotations.NullMarked;
