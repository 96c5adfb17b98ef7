import Header, { type HeaderProps } from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useRef, type ReactNode } from 'react'

/** A page: its title in the window, one `h1` that takes the focus after navigation, and its parts. */
export function Page(props: {
  readonly title: string
  /** What the page is about, for the window's title. */
  readonly about?: string
  readonly actions?: ReactNode
  readonly description?: ReactNode
  readonly counter?: HeaderProps['counter']
  readonly children: ReactNode
}): ReactNode {
  const heading = useRef<HTMLDivElement>(null)
  const { title, about } = props
  useEffect(() => {
    document.title = [title, about, 'Coffer'].filter((part) => part !== undefined && part !== '').join(' – ')
  }, [title, about])
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    <SpaceBetween size="l">
      <div ref={heading} tabIndex={-1} className="page-heading">
        <Header variant="h1" actions={props.actions} description={props.description} counter={props.counter}>
          {title}
        </Header>
      </div>
      {props.children}
    </SpaceBetween>
  )
}
